// What mystmd has to be told about the cells of the collection.

const FINDING = "application/vnd.pact-and-balance.finding+json";

// The DOCX export of mystmd 1.11 hands on the whole memory block a picture was read into, which Node shares
// among small files; without this the picture is broken.
Buffer.poolSize = 0;

// Below its figure or table a cell shows its finding, with a list of sources that neither LaTeX nor DOCX
// export knows; a report quotes the finding in its own text.
const shownOnly = {
  name: "figure or table only",
  stage: "document",
  plugin: (_, { selectAll }) => (tree) => {
    for (const cell of selectAll("outputs", tree)) {
      const shown = cell.children.filter(({ jupyter_data: output }) => !(FINDING in (output?.data ?? {})));
      if (shown.length) cell.children = shown;
    }
  },
};

// mystmd would write the report with an empty figure and end with status 0, with --strict too.
const noneMissing = {
  name: "no cell missing",
  stage: "project",
  plugin: (_, { selectAll }) => (tree, file) => {
    const empty = selectAll("embed, _lift", tree).filter(({ children }) => !children?.length);
    if (!empty.length) return;
    process.on("exit", () => { process.exitCode = 1; });
    const names = empty.map(({ source }) => source?.label).join(", ");
    throw new Error(`${file.basename}: expected the label of a cell, there is none named ${names}`);
  },
};

export default { name: "Cells of the collection", transforms: [shownOnly, noneMissing] };
