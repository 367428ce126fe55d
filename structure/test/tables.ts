import type { FolderTable } from "../src/folderDirection.ts"
import type { Allowed } from "../src/packageDirection.ts"

const core = "@athena-engine/athena-core"
const audit = "@athena-engine/audit"
const coordination = "@athena-engine/coordination"
const database = "@athena-engine/database"
const simulator = "@athena-engine/simulator"
const sync = "@athena-engine/sync"
const inbox = "@athena-engine/inbox"
const program = "@athena-engine/program"
const testing = ["@effect/vitest", "vitest", "@athena-engine/testing"]

/** Arrows between packages point down only: the programs import the libraries, and the libraries know no programs. */
export const packages: Readonly<Record<string, Allowed>> = {
  // The vendor's API knows no database; its ports are filled in by others.
  [core]: { src: ["effect"], test: [...testing, "@effect/platform-node"], never: ["effect/sql"] },
  // The trail and the sync engine know no HTTP.
  [audit]: {
    src: ["effect", core],
    test: [...testing, "@effect/platform-node", "@effect/sql-pg", database],
    never: ["effect/http"]
  },
  [database]: { src: ["effect", "@effect/sql-pg"], test: [...testing, "@effect/platform-node"] },
  // The stores that processes share their limits through.
  [coordination]: {
    src: ["effect", "@effect/sql-pg", core, database],
    test: [...testing, "@effect/platform-node", simulator],
    never: ["effect/http"]
  },
  [sync]: {
    src: ["effect", core, database],
    test: [...testing, "@effect/platform-node", "@effect/sql-pg", audit, simulator],
    never: ["effect/http"]
  },
  // What the vendor tells. It knows no HTTP: whoever receives hands over what was verified.
  [inbox]: {
    src: ["effect", "@effect/sql-pg", core, database, sync],
    test: [...testing, "@effect/platform-node", audit, simulator],
    never: ["effect/http"]
  },
  [simulator]: { src: ["effect", "@effect/platform-node", core], test: [...testing, "esbuild", audit] },
  // What the programs have in common.
  [program]: {
    src: [
      "effect",
      "@effect/platform-node",
      "@effect/sql-pg",
      core,
      audit,
      coordination,
      database,
      sync,
      inbox,
      simulator
    ],
    test: testing
  },
  "@athena-engine/sync-cli": {
    src: ["effect", "@effect/platform-node", core, audit, coordination, database, sync, inbox, simulator, program],
    test: [...testing, "@effect/sql-pg", "@peculiar/x509", "esbuild", "reflect-metadata"]
  },
  "@athena-engine/webhook-server": {
    src: ["effect", "@effect/platform-node", core, coordination, database, inbox, simulator, program],
    test: [...testing, "esbuild"]
  },
  // Never published; it drives the libraries and runs the program's bundle.
  "@athena-engine/benchmarks": {
    src: ["effect", "@effect/platform-node", "esbuild", "pg", core, audit, database, sync, simulator],
    test: testing
  },
  // Never published; what a reader copies.
  "@athena-engine/examples": {
    src: ["effect", "@effect/platform-node", core, audit, database, inbox, program, "@athena-engine/webhook-server"],
    test: [...testing, coordination, simulator, sync]
  },
  // Never published; what tests share.
  "@athena-engine/testing": { src: [], test: ["vitest"] }
}

/**
 * For each folder of a package's `src` (or file directly in it) the ones it may import. A new arrow is a decision:
 * write it down here, if what it points at is truly the lower of the two.
 */
export const folders: Readonly<Record<string, FolderTable>> = {
  // endpoints -> http -> auth, rate-limit -> ids
  [core]: {
    AthenaClient: ["auth", "coordination", "environment", "http", "rate-limit"],
    AthenaClients: [
      "AthenaClient",
      "configuration",
      "coordination",
      "credentials",
      "environment",
      "errors",
      "http",
      "ids",
      "rate-limit"
    ],
    cache: ["audit", "encryption", "endpoints", "environment", "errors", "http", "phi"],
    encryption: ["credentials"],
    endpoints: ["audit", "errors", "http", "ids", "pagination", "phi", "time", "wire"],
    events: ["ids", "time"],
    http: ["auth", "environment", "errors", "ids", "phi", "rate-limit", "transport"],
    auth: ["coordination", "credentials", "environment", "errors", "rate-limit", "transport", "wire"],
    environment: ["configuration", "credentials", "encryption", "ids", "rate-limit"],
    credentials: ["configuration", "ids"],
    "rate-limit": ["coordination", "ids"],
    audit: ["ids"],
    transport: ["errors"],
    errors: ["ids"],
    time: ["wire"],
    phi: ["wire"],
    wire: ["ids"],
    observability: ["ids"]
  },
  [audit]: {
    recovery: ["chain", "store"],
    verify: ["chain", "store"],
    store: ["chain", "event"],
    chain: ["event"]
  },
  [coordination]: {
    Coordination: ["store"]
  },
  [database]: {
    Database: ["ConnectionUrl", "ServerVersion", "embedded", "errors", "outages"],
    testing: ["embedded", "errors", "migrations", "outages"],
    ConnectionUrl: ["errors"],
    ServerVersion: ["errors"],
    embedded: ["errors"],
    environment: ["errors"],
    locks: ["errors", "outages"],
    migrations: ["errors"],
    outages: ["errors"]
  },
  [sync]: {
    appointments: ["departments", "quarantine", "rows", "runs", "walk"],
    patients: ["quarantine", "rows", "runs"],
    feeds: ["appointments", "departments", "patients", "quarantine", "rows", "runs", "walk"],
    plan: ["runs", "appointments", "patients"],
    purge: ["runs"],
    jobs: ["runs"],
    status: ["runs"],
    fresh: ["departments", "patients", "reference", "retry", "runs"],
    retry: ["appointments", "patients", "quarantine", "runs"],
    schedule: ["appointments", "feeds", "patients", "reference", "runs"],
    reference: ["departments", "quarantine", "rows", "runs", "walk"],
    verify: ["appointments", "departments", "runs", "walk"],
    departments: ["quarantine", "rows", "runs", "walk"],
    quarantine: ["rows", "runs"]
  },
  [inbox]: {
    gaps: ["retention"],
    process: ["commit", "handlers"],
    deliver: ["commit", "handlers", "process"],
    redrive: ["commit"],
    status: ["gaps"],
    history: ["status"]
  },
  [simulator]: {
    main: ["athenaSimulator", "version"],
    athenaSimulator: ["Simulator", "SimulatorOptions", "clock", "events", "faults", "limits", "oauth", "server"],
    testing: ["Simulator", "SimulatorOptions", "memory", "server"],
    recording: [],
    memory: ["Simulator", "control", "http"],
    server: ["Simulator", "control", "http"],
    control: ["Simulator", "clock", "events", "faults", "fhir", "http", "limits", "mutations", "routes", "statistics"],
    Simulator: [
      "SimulatorOptions",
      "clock",
      "events",
      "faults",
      "gateway",
      "http",
      "limits",
      "mutations",
      "snapshot",
      "statistics"
    ],
    gateway: [
      "SimulatorOptions",
      "events",
      "faults",
      "fhir",
      "http",
      "limits",
      "mutations",
      "oauth",
      "render",
      "routes",
      "statistics",
      "world"
    ],
    fhir: ["http", "render", "routes", "world"],
    events: ["clock", "faults", "fhir", "render", "world"],
    SimulatorOptions: ["events", "faults", "limits", "oauth"],
    faults: ["mutations", "routes", "world"],
    routes: ["mutations", "render", "world"],
    render: ["world"],
    mutations: ["world"],
    oauth: ["http", "world"],
    snapshot: ["world"],
    statistics: ["limits"]
  },
  [program]: {
    configuration: ["Program"],
    health: ["services"],
    services: ["Program", "configuration"]
  },
  "@athena-engine/sync-cli": {
    main: ["athenaSync", "output"],
    athenaSync: ["output", "commands", "version"],
    commands: ["doctor", "output"],
    doctor: ["output"]
  },
  "@athena-engine/webhook-server": {
    main: ["athenaWebhooks"],
    athenaWebhooks: ["server", "version"],
    server: ["addresses", "configuration", "console", "health", "receive", "simulated"],
    console: ["addresses", "receive"],
    configuration: ["addresses", "console", "simulated"],
    receive: ["addresses"]
  },
  "@athena-engine/benchmarks": {
    main: ["processes", "report", "suites"],
    suites: ["measure", "processes", "report"],
    workers: ["measure"]
  },
  // Each example by itself.
  "@athena-engine/examples": {
    appointmentReminders: [],
    bookSurely: ["services"],
    daySchedule: ["services"],
    freeSlots: ["services"],
    manyPractices: ["services"],
    reconciliationReport: ["services"]
  },
  "@athena-engine/testing": {
    leaks: ["random"],
    random: ["size"]
  }
}

/** Cycles that are there still, all of types alone. None is to be added; a mended one is taken out. */
export const cyclesLeft: ReadonlyArray<string> = []
