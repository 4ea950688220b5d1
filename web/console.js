/* Comfort in the console: a slash leads into the search, as long as nobody is typing. */
(() => {
  "use strict";
  const search = document.getElementById("find");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || !search) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    search.focus();
    search.select();
  });
})();
