// Tables of four to six columns become cards on a phone (guide.css): each cell is told its column's name.
for (const table of document.querySelectorAll(".md-typeset table:not([class])")) {
  const columns = [...table.querySelectorAll("th")].map((head) => head.textContent);
  if (columns.length < 4 || columns.length > 6) continue;
  table.dataset.cards = "";
  for (const row of table.querySelectorAll("tbody tr"))
    [...row.cells].slice(1).forEach((cell, place) => (cell.dataset.column = columns[place + 1]));
}
