// Searches with Google's own client: node factcheck.mjs ADDRESS PARAMETERS_AS_JSON; prints the answer or the error as JSON.
import { factchecktools } from "@googleapis/factchecktools";

const [address, parameters] = process.argv.slice(2);
const client = factchecktools({ version: "v1alpha1", rootUrl: address, auth: "any-key" });
try {
  const { data } = await client.claims.search(JSON.parse(parameters));
  console.log(JSON.stringify({ data }));
} catch (error) {
  console.log(JSON.stringify({ code: error.status ?? error.code, message: error.message }));
}
