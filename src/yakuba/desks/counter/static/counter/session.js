// サインインが切れても: nothing that is typed is lost. What could not be sent stays in this tab; the page itself goes on once the
// same clerk has signed in again, in another tab or here.
(() => {
  const KEPT = "yakuba.draft ";
  const said = (name, page = document) => page.querySelector(`meta[name="${name}"]`)?.content ?? "";
  let banner = null;

  function tell(words) {
    if (!banner) {
      banner = document.createElement("div");
      banner.className = "banner alert";
      banner.setAttribute("role", "alert");
      document.getElementById("main").prepend(banner);
    }
    const link = document.createElement("a");
    link.href = "/login/";
    link.target = "_blank";
    link.textContent = "別のタブでサインインする";
    banner.replaceChildren(words, " ", link);
  }

  // A new sign-in brings a new token. It is taken over only from a session of the clerk who opened this page.
  async function renew() {
    const answer = await fetch("/keys/", { credentials: "same-origin" }).catch(() => null);
    if (!answer || !answer.ok || answer.redirected) return false;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (said("actor", fresh) !== said("actor")) {
      tell(`いまは ${said("actor", fresh)} がサインインしています。この画面は ${said("actor")} のものです。`);
      return false;
    }
    const token = said("csrf-token", fresh);
    document.querySelector("meta[name=csrf-token]").content = token;
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
    for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = token;
    if (banner) banner.remove();
    banner = null;
    return true;
  }

  async function send(address, fields = new URLSearchParams()) {
    const post = () => {
      fields.set("csrfmiddlewaretoken", said("csrf-token"));
      return fetch(address, { method: "POST", body: fields, credentials: "same-origin" }).catch(() => null);
    };
    let answer = await post();
    if (answer && answer.status === 403 && await renew()) answer = await post();
    if (answer && answer.status === 401) tell("サインインが切れました。サインインし直すと、この画面のまま続けられます。");
    return answer;
  }

  // 個人番号 is never kept outside of the vault, not even here.
  function keep(address, fields) {
    const text = new URLSearchParams([...fields].filter(([name]) => !/individual_number$|^csrf/.test(name))).toString();
    sessionStorage.setItem(KEPT + address, JSON.stringify({ actor: said("actor"), text }));
  }

  async function sendKept() {
    const form = document.querySelector("form[data-draft]");
    for (const key of Object.keys(sessionStorage).filter((one) => one.startsWith(KEPT))) {
      const { actor, text } = JSON.parse(sessionStorage.getItem(key));
      const address = key.slice(KEPT.length);
      const shown = form && form.dataset.draft === address;
      // The page that answers a form that was sent shows it as it was sent.
      if (shown && "sent" in form.dataset) { sessionStorage.removeItem(key); continue; }
      const answer = actor === said("actor") ? await send(address, new URLSearchParams(text)) : null;
      if (actor === said("actor") && (!answer || !answer.ok)) continue;
      sessionStorage.removeItem(key);
      if (answer && shown) window.location.replace(window.location.href);
    }
  }

  window.addEventListener("focus", async () => {
    if (banner && await renew()) document.dispatchEvent(new Event("signed-in"));
  });
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status === 401) tell("サインインが切れました。サインインし直すと、この画面のまま続けられます。");
    if (event.detail.xhr.status === 403) renew();
  });
  window.yakuba = { send, keep, forget: (address) => sessionStorage.removeItem(KEPT + address) };
  sendKept();
})();
