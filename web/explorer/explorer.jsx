import { createRoot } from "react-dom/client";
import { GraphiQL } from "graphiql";
import "graphiql/graphiql.css";
import "./explorer.css";
import { EXAMPLES_PLUGIN, FIRST } from "./examples.jsx";

// To be completed with a client key; until then the request is sent without it, as anyone's.
const HEADERS = JSON.stringify({ Authorization: "Bearer " }, null, 2);
const TABS = [{ query: FIRST.query, headers: HEADERS }];
const PLUGINS = [EXAMPLES_PLUGIN];
const WIDE = matchMedia("(min-width: 60em)").matches; // on a phone the editor needs the room

function completed(headers = {}) {
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => !/^\s*(bearer)?\s*$/i.test(value)));
}

async function fetcher(parameters, { headers } = {}) {
  const response = await fetch("/graphql", {
    method: "POST",
    body: JSON.stringify(parameters),
    headers: {
      accept: "application/graphql-response+json",
      "content-type": "application/json",
      ...completed(headers),
    },
  });
  return response.json();
}

// Operations may hold personal data, so they go when the browser's tab is closed. The history holds headers, too, and so
// client keys: it is never stored and ends with the page.
const storage = {
  getItem: (name) => sessionStorage.getItem(name),
  setItem: (name, value) => /:(queries|favorites)$/.test(name) || sessionStorage.setItem(name, value),
  removeItem: (name) => sessionStorage.removeItem(name),
  clear: () => sessionStorage.clear(),
  get length() {
    return sessionStorage.length;
  },
};

createRoot(document.getElementById("explorer")).render(
  <GraphiQL
    fetcher={fetcher}
    storage={storage}
    defaultTabs={TABS}
    plugins={PLUGINS}
    visiblePlugin={WIDE ? EXAMPLES_PLUGIN : undefined}
    defaultQuery=""
    defaultHeaders={HEADERS}
    defaultEditorToolsVisibility="headers"
    showPersistHeadersSettings={false}
  >
    <GraphiQL.Logo>Pramaan</GraphiQL.Logo>
  </GraphiQL>,
);
