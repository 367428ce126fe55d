import { readFileSync } from "node:fs"
import { assert, it } from "@effect/vitest"
import { render } from "../../scripts/endpointsReference.ts"

it("docs/endpoints.md says what the endpoint descriptions say (pnpm docs:endpoints writes it)", () => {
  assert.strictEqual(render(), readFileSync(new URL("../../../../docs/endpoints.md", import.meta.url), "utf8"))
})
