// Runs before the page is drawn, so that the chosen colours do not flash.
try {
  const chosen = localStorage.getItem("scheme");
  if (chosen === "dark" || chosen === "light") document.documentElement.dataset.scheme = chosen;
} catch { /* a browser that stores nothing follows the system */ }
