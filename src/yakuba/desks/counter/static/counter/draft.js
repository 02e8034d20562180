// 下書き: what is typed goes to the server half a second after the last key, and once more when the page is left.
(() => {
  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const status = document.getElementById("draft-status");
  let timer = 0;
  let saved = new URLSearchParams(new FormData(form)).toString();

  function body() { return new URLSearchParams(new FormData(form)); }

  async function save() {
    const now = body();
    const text = now.toString();
    if (text === saved) return;
    const answer = await fetch(form.dataset.draft, { method: "POST", body: now, credentials: "same-origin" }).catch(() => null);
    if (answer && answer.ok) {
      saved = text;
      if (status) status.textContent = await answer.text();
    } else if (status) {
      status.textContent = "下書きを保存できません。通信が戻るまでこのページを閉じないでください。";
    }
  }

  form.addEventListener("input", () => {
    window.clearTimeout(timer);
    if (status) status.textContent = "入力中…";
    timer = window.setTimeout(save, 500);
  });
  form.addEventListener("submit", () => { window.clearTimeout(timer); saved = body().toString(); });
  window.addEventListener("pagehide", () => {
    if (body().toString() !== saved) navigator.sendBeacon(form.dataset.draft, body());
  });
  window.addEventListener("online", save);
})();
