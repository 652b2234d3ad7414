// A panel with the operations of web/operations by caller. Choosing one puts it into the open tab, with variables that fit
// the sample people of a sandbox; the headers, and with them the key, stay.
import { parse } from "graphql";
import { useEditorContext } from "@graphiql/react";
import admin from "../operations/admin.graphql";
import analyst from "../operations/analyst.graphql";
import anyone from "../operations/anyone.graphql";
import holder from "../operations/holder.graphql";
import partner from "../operations/partner.graphql";
import source from "../operations/source.graphql";
import VARIABLES from "./variables.json";

const CALLERS = { Anyone: anyone, "Partner app": partner, "Source system": source, Admin: admin, Analyst: analyst, Holder: holder };

const words = (comment) => comment.replace(/^# ?/gm, "").replaceAll("\n", " ").replaceAll("`", "");

// The file's first comment tells who calls, the one before each operation what that is for.
function operationsOf(text) {
  let end = 0;
  return parse(text).definitions.map(({ name, loc }) => {
    const comment = text.slice(end, loc.start).trim().split("\n\n").at(-1);
    end = loc.end;
    const variables = VARIABLES[name.value];
    return {
      name: name.value,
      says: words(comment),
      query: `${comment}\n${text.slice(loc.start, loc.end)}\n`,
      variables: variables ? JSON.stringify(variables, null, 2) : "",
    };
  });
}

const EXAMPLES = Object.entries(CALLERS).map(([caller, text]) => ({
  caller,
  says: words(text.split("\n\n", 1)[0]),
  operations: operationsOf(text),
}));

export const FIRST = EXAMPLES[0].operations[0];

function Examples() {
  const { queryEditor, variableEditor } = useEditorContext();
  const open = ({ query, variables }) => {
    variableEditor?.setValue(variables);
    queryEditor?.setValue(query);
    queryEditor?.focus();
  };
  return (
    <section className="examples" aria-label="Examples">
      <div className="graphiql-doc-explorer-title">Examples</div>
      <p>
        A client key goes behind “Bearer” in Headers. Variables name the sample people of <code>pramaan sandbox</code>, which
        prints keys, too.
      </p>
      {EXAMPLES.map(({ caller, says, operations }, at) => (
        <details key={caller} open={at === 0}>
          <summary>{caller}</summary>
          <p>{says}</p>
          <ul>
            {operations.map((one) => (
              <li key={one.name}>
                <button type="button" className="graphiql-button" onClick={() => open(one)}>
                  {one.name}
                </button>
                <p>{one.says}</p>
              </li>
            ))}
          </ul>
        </details>
      ))}
    </section>
  );
}

const Icon = () => (
  <svg viewBox="0 0 14 14" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" aria-hidden="true">
    <path d="M2 3h.01M5 3h7M2 7h.01M5 7h7M2 11h.01M5 11h7" />
  </svg>
);

export const EXAMPLES_PLUGIN = { title: "Examples", icon: Icon, content: Examples };
