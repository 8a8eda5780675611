// Tables that are wider than the page scroll by themselves: let the keyboard reach them.
const reach = () => {
  for (const wide of document.querySelectorAll(".md-typeset__scrollwrap, .frame")) {
    wide.tabIndex = 0;
  }
};
new MutationObserver(reach).observe(document.documentElement, { childList: true, subtree: true });
reach();
