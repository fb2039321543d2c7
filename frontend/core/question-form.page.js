// The editor of a question: the answers to choose from are there for the kinds that have them.
const editor = document.querySelector("form[data-question-form]");

if (editor instanceof HTMLFormElement) {
  const withOptions = JSON.parse(editor.dataset.questionForm ?? "[]");
  const kind = editor.querySelector("#kind");
  const options = editor.querySelector("#options");
  const fit = () => {
    if (kind instanceof HTMLSelectElement && options instanceof HTMLElement) options.hidden = !withOptions.includes(kind.value);
  };
  kind?.addEventListener("change", fit);
  fit();
}
