/** The README and `GET /simulator/` leave nothing out that can be asked of the simulator. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { helpText } from "@athena-engine/simulator/control/helpText"
import { NotificationFault } from "@athena-engine/simulator/events/NotificationPlan"
import { Fault } from "@athena-engine/simulator/faults/FaultPlan"
import { topics } from "@athena-engine/simulator/fhir/topics"
import { Mutation } from "@athena-engine/simulator/mutations/Mutation"
import { mutationsOf } from "@athena-engine/simulator/mutations/topicsOf"
import { routes } from "@athena-engine/simulator/routes/Routes"
import { assert, describe, it } from "@effect/vitest"

const home = fileURLToPath(new URL("../..", import.meta.url))
const sourceOf = (path: string) => readFileSync(join(home, path), "utf8")

const readme = sourceOf("README.md")
const help = helpText(routes)

/** What a text lacks of `names`. */
const lacking = (text: string, names: ReadonlyArray<string>) => names.filter((name) => !text.includes(name))

const kinds = (members: ReadonlyArray<{ readonly fields: { readonly kind: { readonly literal: string } } }>) =>
  members.map(({ fields }) => fields.kind.literal)

const controlRoutes = readdirSync(join(home, "src/control"))
  .flatMap((file) => [...sourceOf(`src/control/${file}`).matchAll(/case "([A-Z]+) (\/simulator[a-z/]*)"/g)])
  .map(([, method = "", path = ""]) => ({ method, path }))

describe("what can be asked of the simulator", () => {
  it("is in the README: routes, faults, mutations, flags", () => {
    assert.isAbove(controlRoutes.length, 20)
    const rows = readme.split("\n").filter((line) => line.startsWith("|"))
    for (const { method, path } of controlRoutes) {
      const row = rows.find((line) => new RegExp(`[A-Z] ${path}(/|/\\{practice\\})?\``).test(line))
      assert.include(row, method, path)
    }
    const flags = [...sourceOf("src/athenaSimulator.ts").matchAll(/Flag\.[A-Z]\w*\("([a-z-]+)"/g)].map(
      ([, name]) => name
    )
    assert.isAbove(flags.length, 12)
    assert.deepStrictEqual(
      lacking(
        readme,
        flags.map((flag) => `\`--${flag}`)
      ),
      []
    )
    const named = [...kinds(Fault.members), ...kinds(NotificationFault.members), ...kinds(Mutation.members)]
    assert.deepStrictEqual(
      lacking(
        readme,
        named.map((kind) => `\`${kind}\``)
      ),
      []
    )
  })

  it("is in what the server tells of itself", () => {
    for (const { method, path } of controlRoutes.filter((route) => route.path !== "/simulator")) {
      assert.match(help, new RegExp(`^  ${method} +${path}\\s`, "m"))
    }
    for (const [name, { path, verb }] of Object.entries(routes)) {
      assert.include(help.replaceAll(/ +/g, " "), `\n ${verb} ${path} ${name}\n`)
    }
    const named = [...kinds(Fault.members), ...kinds(NotificationFault.members), ...kinds(Mutation.members)]
    assert.deepStrictEqual(lacking(help, named), [])
  })

  it("counts the topics that nothing in the simulated world fires", () => {
    const silent = topics.filter((topic) => mutationsOf(topic).length === 0)
    assert.include(readme, `| the other ${silent.length} |`)
  })
})
