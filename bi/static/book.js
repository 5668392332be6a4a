// Pictures answer to the pointer where scripts run; without them the drawn ones stay. Nothing is fetched.
(function () {
  "use strict";
  var narrow = window.matchMedia("(max-width: 46em)");

  function draw(chart) {
    var width = narrow.matches ? "narrow" : "wide";
    var spec = chart.parentElement.querySelector("script.spec." + width);
    if (chart.dataset.drawn === width || !window.vegaEmbed || !spec) return;
    chart.dataset.drawn = width;
    var place = document.createElement("div");
    window.vegaEmbed(place, JSON.parse(spec.textContent), { actions: false, renderer: "svg" }).then(
      function () {
        place.querySelectorAll("svg").forEach(function (svg) { svg.setAttribute("aria-hidden", "true"); });
        chart.replaceChildren(place);
      },
      function () { delete chart.dataset.drawn; }
    );
  }

  function drawAll() {
    document.querySelectorAll(".chart").forEach(draw);
  }

  // A derived figure follows from several cells: all of them are shown, not only the one the address names.
  function showCells() {
    var cells = new URLSearchParams(location.search).get("cells");
    if (!cells) return;
    cells.split(",").forEach(function (id) {
      var cell = document.getElementById(id);
      if (cell) cell.classList.add("followed");
    });
  }

  function keepPlace() {
    document.querySelectorAll("[data-keep-place]").forEach(function (link) {
      link.addEventListener("click", function () {
        link.href = link.getAttribute("href").replace(/[?#].*$/, "") + location.search + location.hash;
      });
    });
  }

  function closeMenuOnPhones() {
    if (narrow.matches) document.querySelectorAll("details.menu").forEach(function (menu) { menu.open = false; });
  }

  function openForPrint() {
    window.addEventListener("beforeprint", function () {
      document.querySelectorAll("main details").forEach(function (part) { part.open = true; });
    });
  }

  document.addEventListener("DOMContentLoaded", function () {
    closeMenuOnPhones();
    showCells();
    keepPlace();
    openForPrint();
    drawAll();
    narrow.addEventListener("change", drawAll);
  });
})();
