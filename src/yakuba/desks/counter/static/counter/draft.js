// 下書き: what is typed goes to the server half a second after the last key, and once more when the page is left.
(() => {
  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const status = document.getElementById("draft-status");
  const address = form.dataset.draft;
  let timer = 0;

  function body() { return new URLSearchParams(new FormData(form)); }
  function typed() { const fields = body(); fields.delete("csrfmiddlewaretoken"); return fields.toString(); }
  let saved = typed();

  function unsaved(answer) {
    if (!answer) return "下書きを保存できません。通信が戻るまでこのページを閉じないでください。";
    if (answer.status === 401) return "サインインが切れたため、下書きを保存していません。入力した内容はこのタブに残っています。";
    return "下書きを保存できません。入力した内容はこのタブに残っています。";
  }

  async function save() {
    const text = typed();
    if (text === saved) return;
    window.clearTimeout(timer);
    const answer = await yakuba.send(address, body());
    if (answer && answer.ok && !answer.redirected) {
      saved = text;
      yakuba.forget(address);
      if (status) status.textContent = await answer.text();
    } else {
      yakuba.keep(address, body());
      if (status) status.textContent = unsaved(answer);
    }
  }

  form.addEventListener("input", () => {
    window.clearTimeout(timer);
    if (status) status.textContent = "入力中…";
    timer = window.setTimeout(save, 500);
  });
  // The server keeps a form that is sent as a draft first; should it not be let in, the text is still here.
  form.addEventListener("submit", () => { window.clearTimeout(timer); yakuba.keep(address, body()); saved = typed(); });
  window.addEventListener("pagehide", () => {
    if (typed() !== saved) navigator.sendBeacon(address, body());
  });
  window.addEventListener("online", save);
  yakuba.save = save;
  document.addEventListener("signed-in", save);
})();
