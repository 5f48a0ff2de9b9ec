/* The generator's search would keep the words in the browser to mark them on the page: nothing is kept here. */
const SPHINX_HIGHLIGHT_ENABLED = false;
