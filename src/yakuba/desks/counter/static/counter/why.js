// 計算の理由: the whole tree is opened by a key, and before it is printed.
(() => {
  const all = () => document.querySelectorAll(".why details");
  const open = () => { for (const one of all()) one.open = true; };
  document.addEventListener("click", (event) => {
    const pressed = event.target.closest && event.target.closest("[data-open-all], [data-print]");
    if (!pressed) return;
    open();
    if (pressed.matches("[data-print]")) window.print();
  });
  window.addEventListener("beforeprint", open);
})();
