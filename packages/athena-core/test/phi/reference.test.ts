import { readFileSync } from "node:fs"
import { assert, it } from "@effect/vitest"
import { render } from "../../scripts/phiReference.ts"

it("docs/phi.md says what the endpoint descriptions say (pnpm docs:phi writes it)", () => {
  assert.strictEqual(render(), readFileSync(new URL("../../../../docs/phi.md", import.meta.url), "utf8"))
})
