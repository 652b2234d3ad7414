// Prints one JSON line per audit of the GraphQL-over-HTTP specification: {id, name, status, reason}.
// Usage: node audit.js URL
import { serverAudits } from "graphql-http";

const url = process.argv[2];
for (const audit of serverAudits({ url, fetchFn: fetch })) {
  const { status, reason = null } = await audit.fn();
  console.log(JSON.stringify({ id: audit.id, name: audit.name, status, reason }));
}
