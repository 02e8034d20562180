// 編集中の印: tells the server every 20 seconds that this page is still open, and shows who else is on the household.
(() => {
  const banner = document.querySelector("[data-lock]");
  if (!banner) return;

  async function beat() {
    const answer = await yakuba.send(banner.dataset.lock);
    if (!answer || !answer.ok) return;
    const mine = answer.headers.get("X-Lock-Mine") === "1";
    if (mine !== (banner.dataset.mine === "1")) {
      if (yakuba.save) await yakuba.save();
      window.location.replace(window.location.href);
    } else banner.innerHTML = await answer.text();
  }

  // Whoever sends the form stays on the household; what answers it gives the household back, or shows the form again.
  let sending = false;
  document.addEventListener("submit", () => { sending = true; });
  window.setInterval(beat, 20000);
  window.addEventListener("pagehide", () => {
    if (!sending && banner.dataset.mine === "1" && banner.dataset.release) {
      navigator.sendBeacon(banner.dataset.release, new URLSearchParams({ csrfmiddlewaretoken: document.querySelector("meta[name=csrf-token]").content }));
    }
  });
})();
