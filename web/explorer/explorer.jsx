import { createRoot } from "react-dom/client";
import { GraphiQL } from "graphiql";
import "graphiql/graphiql.css";
import "./explorer.css";
import issueQuery from "./examples/issue.graphql";
import issueVariables from "./examples/issue.variables.txt";
import publicQuery from "./examples/public.graphql";

// To be completed with a client key; until then the request is sent without it, as anyone's.
const HEADERS = JSON.stringify({ Authorization: "Bearer " }, null, 2);
const TABS = [
  { query: publicQuery, headers: HEADERS },
  { query: issueQuery, variables: issueVariables, headers: HEADERS },
];

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
    defaultQuery=""
    defaultHeaders={HEADERS}
    defaultEditorToolsVisibility="headers"
    showPersistHeadersSettings={false}
  >
    <GraphiQL.Logo>Pramaan</GraphiQL.Logo>
  </GraphiQL>,
);
