// 編集中の印: tells the server every 20 seconds that this page is still open, and shows who else is on the household.
(() => {
  const banner = document.querySelector("[data-lock]");
  if (!banner) return;
  const token = document.querySelector("meta[name=csrf-token]").content;

  async function beat() {
    const answer = await fetch(banner.dataset.lock, { method: "POST", headers: { "X-CSRFToken": token }, credentials: "same-origin" }).catch(() => null);
    if (!answer || !answer.ok) return;
    const mine = answer.headers.get("X-Lock-Mine") === "1";
    if (mine !== (banner.dataset.mine === "1")) window.location.reload();
    else banner.innerHTML = await answer.text();
  }

  window.setInterval(beat, 20000);
  window.addEventListener("pagehide", () => {
    if (banner.dataset.mine === "1" && banner.dataset.release) {
      navigator.sendBeacon(banner.dataset.release, new URLSearchParams({ csrfmiddlewaretoken: token }));
    }
  });
})();
