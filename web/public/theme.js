// Sets the theme before the first paint. A file of its own, since the server's CSP allows no inline scripts.
(function () {
	var choice = null;
	try {
		choice = localStorage.getItem("ferry-theme");
	} catch (e) {
		// No storage: follow the system.
	}
	var dark = choice === "dark" || (choice !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
	document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
