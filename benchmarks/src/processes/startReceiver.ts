import { Deferred, Effect, Stream } from "effect"
import { ChildProcess } from "effect/process"
import { fileOf } from "./bundle.ts"
import { asShipped, WorkerFailed } from "./runWorker.ts"

/** The number that `pattern` finds in the first line that has it. Reads on to the end, since a full pipe would stop the writer. */
const numberIn = Effect.fnUntraced(function* <E>(output: Stream.Stream<Uint8Array, E>, pattern: RegExp) {
  const found = yield* Deferred.make<number, WorkerFailed>()
  yield* output.pipe(
    Stream.decodeText,
    Stream.splitLines,
    Stream.runForEach((line) => {
      const number = pattern.exec(line)?.[1]
      return number === undefined ? Effect.void : Deferred.succeed(found, Number(number))
    }),
    Effect.ensuring(Deferred.fail(found, new WorkerFailed({ program: "a receiver", output: "it named no port" }))),
    Effect.forkScoped
  )
  return yield* Deferred.await(found)
})

/** Starts the bare server on a database of its own, until the scope closes; answers its port. */
export const startBareServer = Effect.fnUntraced(function* (databaseUrl: string) {
  const { stdout } = yield* ChildProcess.make(process.execPath, [fileOf("bareServer"), databaseUrl], {
    stdin: "ignore",
    stderr: "inherit"
  })
  return yield* numberIn(stdout, /^port (\d+)/)
})

/** Starts `athena-webhooks` until the scope closes; answers its port once it is ready. */
export const startWebhooks = Effect.fnUntraced(function* (env: Readonly<Record<string, string>>) {
  const { stderr } = yield* ChildProcess.make(process.execPath, [...asShipped, fileOf("athena-webhooks")], {
    stdin: "ignore",
    stdout: "ignore",
    env: { ...env, PORT: "0" },
    extendEnv: true
  })
  const port = yield* numberIn(stderr, /"port":(\d+)/)
  const isReady = Effect.promise(() => fetch(`http://127.0.0.1:${port}/health/ready`).then(({ ok }) => ok))
  yield* Effect.repeat(Effect.delay(isReady, "50 millis"), { until: (ok) => ok })
  return port
})
