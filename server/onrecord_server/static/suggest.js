// Suggestions for a field that takes one of many things: the server finds them by the words typed.
// Without this script the field takes the same values, and a wrong one is answered with the nearest.

for (const field of document.querySelectorAll("input[data-suggest]")) {
  let waiting = 0;
  let asked = "";
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => suggest(), 200);
  });

  async function suggest() {
    const words = field.value.trim();
    const chosen = [...field.list.options].some((each) => each.value === words);
    if (words.length < 2 || words === asked || chosen) return;
    asked = words;
    try {
      const response = await fetch(`${field.dataset.suggest}&q=${encodeURIComponent(words)}`);
      if (!response.ok || asked !== words) return;
      const { hits, instead } = await response.json();
      field.list.replaceChildren(
        ...[...hits, ...instead].map(({ iri, name, detail }) => {
          const option = document.createElement("option");
          option.value = iri.startsWith(field.dataset.base)
            ? iri.slice(field.dataset.base.length)
            : iri;
          // A browser shows only what has the words that are typed, so they stand in the label.
          option.label = [name, detail].filter(Boolean).join(", ");
          return option;
        }),
      );
    } catch {
      // Without the server there is nothing to suggest.
    }
  }
}
