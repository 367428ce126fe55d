/**
 * What is deployed, checked as far as it can be without a cluster and a container runtime: the files can be read by those who read
 * them, and what they name is there.
 */
import { spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "vitest"
import { parseAllDocuments } from "yaml"

const root = fileURLToPath(new URL("../..", import.meta.url))
const read = (path: string) => readFileSync(join(root, path), "utf8")
const filesIn = (folder: string, ending: RegExp) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => ending.test(name))
    .map((name) => join(folder, name))

/** The program of a package, as its first line says that it is started. */
const flagsOf = (folder: string) =>
  (read(`${folder}/src/main.ts`).split("\n")[0] ?? "").split(" ").filter((word) => word.startsWith("--"))

/** What a build makes is not in the repository. */
const builtFolder = /\/dist(\/bundle)?\/?$/

interface Instruction {
  readonly name: string
  readonly rest: string
}

const instructionsOf = (path: string): ReadonlyArray<Instruction> =>
  read(path)
    .split("\n")
    .flatMap((line) => {
      const [, name, rest] = /^([A-Z]+) (.+)$/.exec(line) ?? []
      return name === undefined || rest === undefined ? [] : [{ name, rest }]
    })

const containerFiles = filesIn("deploy", /^Containerfile[^/]*$/).filter((path) => !path.endsWith(".dockerignore"))

describe.each(containerFiles)("%s", (path) => {
  const instructions = instructionsOf(path)
  const all = (name: string) => instructions.filter((one) => one.name === name).map(({ rest }) => rest)
  const only = (name: string) => {
    const [rest, ...others] = all(name)
    assert.isDefined(rest, `${name} is missing`)
    assert.isEmpty(others)
    return rest ?? ""
  }
  const copied = all("COPY").flatMap((rest) => rest.split(" ").slice(0, -1))

  it("copies what the repository holds or builds, and sends nothing else to the builder", () => {
    assert.isAbove(copied.length, 1)
    for (const source of copied) {
      const isBuilt = builtFolder.test(source)
      assert.isTrue(isBuilt || existsSync(join(root, source)), source)
      assert.isTrue(existsSync(join(root, source.replace(builtFolder, ""), "package.json")) || !isBuilt, source)
    }
    const [nothing, ...sent] = read(`${path}.dockerignore`).trim().split("\n")
    assert.strictEqual(nothing, "*")
    assert.sameMembers(
      sent,
      copied.map((source) => `!${source.replace(/\/$/, "")}`)
    )
  })

  it("starts the program as it starts itself, not as root, so that signals reach it", () => {
    const entrypoint = JSON.parse(only("ENTRYPOINT")) as ReadonlyArray<string>
    const folder = (copied[0] ?? "").split("/").slice(0, 2).join("/")
    const [built = ""] = copied.filter((source) => builtFolder.test(source))
    const main = `${built.replace(/\/$/, "").slice(folder.length + 1)}/main.js`
    assert.deepStrictEqual(entrypoint, ["node", ...flagsOf(folder), main])
    assert.notMatch(only("USER"), /^(root|0)$/)
    assert.strictEqual(only("STOPSIGNAL"), "SIGTERM")
  })

  it("asks for its health at the port that it is reached at", () => {
    const port = only("EXPOSE")
    assert.include(only("HEALTHCHECK"), `127.0.0.1:${port}/health/live`)
    const command = all("CMD").join(" ")
    assert.isTrue(
      command.includes(`"${port}"`) || all("ENV").join(" ").includes(`PORT=${port}`),
      `nothing listens on ${port}`
    )
  })
})

type Json = { readonly [key: string]: unknown }

const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value)

/** Every object in a manifest. */
const within = (value: unknown): ReadonlyArray<Json> => {
  if (Array.isArray(value)) return value.flatMap(within)
  return isObject(value) ? [value, ...Object.values(value).flatMap(within)] : []
}

const listIn = (object: Json, key: string): ReadonlyArray<Json> => {
  const value = object[key]
  return Array.isArray(value) ? value.filter(isObject) : []
}

const commands = new Set(
  readdirSync(join(root, "packages/sync-cli/src/commands"))
    .flatMap((file) => [...read(`packages/sync-cli/src/commands/${file}`).matchAll(/Command\.make\(\s*"([a-z-]+)"/g)])
    .map(([, name]) => name)
)

describe.each(filesIn("deploy/kubernetes", /\.yaml$/))("%s", (path) => {
  const documents = parseAllDocuments(read(path), { uniqueKeys: true, strict: true })
  const objects = documents.map((document) => document.toJS() as Json)

  it("is YAML, of objects that say what they are", () => {
    for (const document of documents) assert.isEmpty([...document.errors, ...document.warnings])
    for (const object of objects) {
      for (const key of ["apiVersion", "kind"]) assert.isString(object[key])
      assert.match(String((object["metadata"] as Json)["name"]), /^[a-z][a-z0-9-]{1,62}$/)
    }
  })

  it("runs nothing as root, and lets nothing become more than it is", () => {
    for (const pod of within(objects).filter((object) => Array.isArray(object["containers"]))) {
      assert.deepInclude(pod["securityContext"], { runAsNonRoot: true })
      assert.strictEqual(pod["automountServiceAccountToken"], false)
      for (const container of listIn(pod, "containers")) {
        assert.deepInclude(container["securityContext"], {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] }
        })
        assert.isDefined((container["resources"] as Json | undefined)?.["limits"])
      }
    }
  })

  it("names ports that there are, probes that are answered, and commands of the program", () => {
    for (const pod of within(objects).filter((object) => Array.isArray(object["containers"]))) {
      for (const container of listIn(pod, "containers")) {
        const ports = listIn(container, "ports")
        for (const probe of within(container).flatMap((object) =>
          isObject(object["httpGet"]) ? [object["httpGet"]] : []
        )) {
          assert.include(["/health/live", "/health/ready"], probe["path"])
          assert.isTrue(
            ports.some(({ containerPort, name }) => probe["port"] === name || probe["port"] === containerPort)
          )
        }
        const args = (container["args"] ?? []) as ReadonlyArray<string>
        if (container["name"] === "athena-sync") assert.isTrue(commands.has(args[0]), args[0])
      }
      for (const label of within(objects).flatMap((object) =>
        isObject(object["matchLabels"]) ? [object["matchLabels"]] : []
      )) {
        assert.isTrue(
          within(objects).some(
            (object) =>
              isObject(object["labels"]) &&
              Object.entries(label).every(([key, value]) => (object["labels"] as Json)[key] === value)
          )
        )
      }
    }
  })

  it("sends traffic to ports of pods that there are", () => {
    const names = within(objects).flatMap((object) =>
      object["containerPort"] === undefined ? [] : [object["name"], object["containerPort"]]
    )
    for (const service of objects.filter(({ kind }) => kind === "Service")) {
      const spec = service["spec"] as Json
      for (const port of listIn(spec, "ports")) assert.include(names, port["targetPort"])
      const labels = within(objects).flatMap((object) => (isObject(object["labels"]) ? [object["labels"]] : []))
      assert.isTrue(labels.some((label) => label["app"] === (spec["selector"] as Json)["app"]))
    }
    for (const policy of objects.filter(({ kind }) => kind === "NetworkPolicy")) {
      const spec = policy["spec"] as Json
      assert.sameMembers(spec["policyTypes"] as Array<string>, ["Ingress", "Egress"])
      for (const from of listIn(spec, "ingress")) {
        for (const port of listIn(from, "ports")) assert.include(names, port["port"])
      }
    }
    for (const backend of within(objects).flatMap((object) =>
      isObject(object["backend"]) ? [object["backend"]["service"] as Json] : []
    )) {
      const service = objects.find(
        ({ kind, metadata }) => kind === "Service" && (metadata as Json)["name"] === backend["name"]
      )
      assert.isDefined(service)
    }
  })

  it("holds no secret, but refers to it", () => {
    for (const object of objects) assert.notStrictEqual(object["kind"], "Secret")
    for (const variable of within(objects).filter((object) => typeof object["value"] === "string")) {
      assert.notMatch(String(variable["name"]), /SECRET|DATABASE_URL|TOKEN|KEY(?!S?_FILE)/)
    }
  })
})

describe.each(filesIn("deploy/prometheus", /\.yaml$/))("%s", (path) => {
  const [document] = parseAllDocuments(read(path), { uniqueKeys: true, strict: true })
  const rules = within(document?.toJS()).filter((object) => typeof object["alert"] === "string")
  const sources = filesIn("packages", /^[a-z-]+\/src\/.*\.ts$/).map(read)

  it("asks for metrics and reasons that the programs tell, and says what each alert means", () => {
    assert.isEmpty([...(document?.errors ?? []), ...(document?.warnings ?? [])])
    assert.isAbove(rules.length, 3)
    for (const rule of rules) {
      const expression = String(rule["expr"])
      for (const [name] of expression.matchAll(/athena_[a-z_]+/g)) {
        const metric = `"${name.replace(/_bucket$/, "")}"`
        assert.isTrue(
          sources.some((source) => source.includes(metric)),
          name
        )
      }
      for (const [, reasons = ""] of expression.matchAll(/reason=~?"([^"]+)"/g)) {
        for (const reason of reasons.split("|")) {
          assert.isTrue(
            sources.some((source) => source.includes(`| "${reason}"`)),
            reason
          )
        }
      }
      assert.match(String((rule["annotations"] as Json)["summary"]), /\S/)
    }
  })
})

describe.each(filesIn("deploy", /\.service$/))("%s", (path) => {
  const lines = read(path)
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))

  it("starts the program as it starts itself", () => {
    const [start] = lines.filter((line) => line.startsWith("ExecStart="))
    assert.include(start, ["/usr/bin/node", ...flagsOf("packages/sync-cli"), "/opt/athena-sync/dist/main.js"].join(" "))
  })

  it("is read by systemd without a complaint, where there is systemd, and else has the form of a unit", () => {
    for (const line of lines) assert.match(line, /^(\[[A-Z][a-z]+\]|[A-Z][A-Za-z]+=.*)$/)
    const folder = mkdtempSync(join(tmpdir(), "athena-unit-"))
    try {
      const unit = join(folder, "athena-sync.service")
      // Node is not where the unit says on every machine.
      writeFileSync(unit, read(path).replaceAll("/usr/bin/node", process.execPath))
      const verified = spawnSync("systemd-analyze", ["verify", "--man=no", unit], { encoding: "utf8" })
      if (verified.error === undefined && !/Failed to (initialize|create|connect)/.test(verified.stderr)) {
        const ours = verified.stderr.split("\n").filter((line) => line.includes("athena-sync.service"))
        assert.deepStrictEqual(ours, [])
      }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

describe.each(filesIn("deploy", /\.cron$/))("%s", (path) => {
  it("has one line for cron, with a time, a user and a command of the program", () => {
    const lines = read(path)
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#") && !/^[A-Z]+=/.test(line))
    assert.lengthOf(lines, 1)
    const [, time = "", user = "", command = ""] =
      /^((?:[\d*/,-]+ ){5})([a-z][a-z0-9-]*) (.+)$/.exec(lines[0] ?? "") ?? []
    assert.lengthOf(time.trim().split(" "), 5)
    assert.notStrictEqual(user, "root")
    // In a crontab, a percent sign ends the line.
    assert.notInclude(command, "%")
    assert.isTrue(commands.has(/dist\/main\.js ([a-z]+)/.exec(command)?.[1]))
  })
})
