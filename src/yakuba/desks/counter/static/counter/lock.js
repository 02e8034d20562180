// 編集中の印: tells the server every 20 seconds that this page is still open, and shows who else is on the household.
(() => {
  // The household that the page is about, and those that are chosen in the form.
  const banners = () => document.querySelectorAll("[data-lock]");

  async function beat(banner) {
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
  window.setInterval(() => banners().forEach(beat), 20000);
  window.addEventListener("pagehide", () => {
    for (const banner of sending ? [] : banners()) {
      const token = document.querySelector("meta[name=csrf-token]").content;
      if (banner.dataset.mine === "1") navigator.sendBeacon(banner.dataset.release, new URLSearchParams({ csrfmiddlewaretoken: token }));
    }
  });
})();
