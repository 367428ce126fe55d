/**
 * A headless Chromium, driven over its DevTools protocol: one page of it, as far as a test of forms and pictures needs it. It is not
 * installed by the registry, so a test asks `findChromium` first.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { Effect } from "effect"

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]

const canRun = (file: string) => {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** `CHROMIUM`, or one that is in the PATH. */
export const findChromium = (): string | undefined => {
  const folders = (process.env["PATH"] ?? "").split(delimiter)
  const files = [process.env["CHROMIUM"] ?? "", ...folders.flatMap((folder) => names.map((name) => join(folder, name)))]
  return files.find((file) => file !== "" && canRun(file))
}

type Answer = Readonly<Record<string, unknown>>

export interface Browser {
  /** Sends a command to the page. */
  readonly send: (method: string, params?: Answer) => Promise<Answer>
  /** What an expression is worth in the page; waited for if it is a promise. */
  readonly evaluate: (expression: string) => Promise<unknown>
  /** Does something that loads a page, and waits until it is loaded. */
  readonly loading: (act: () => Promise<unknown>) => Promise<void>
  readonly size: (width: number, height: number, isDark?: boolean) => Promise<void>
  /** A picture of the whole page, as PNG. */
  readonly picture: () => Promise<Buffer>
  /** What the page complained about: refused by its policy, or failed. */
  readonly complaints: Array<string>
}

const started = (file: string, folder: string) =>
  new Promise<readonly [ChildProcess, string]>((resolve, reject) => {
    const child = spawn(
      file,
      [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--remote-debugging-port=0",
        `--user-data-dir=${folder}`,
        "about:blank"
      ],
      { stdio: ["ignore", "ignore", "pipe"] }
    )
    let said = ""
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said += text
      const address = /DevTools listening on (ws:\S+)/.exec(said)?.[1]
      if (address !== undefined) resolve([child, address])
    })
    child.on("error", reject)
    child.on("close", () => reject(new Error(`Chromium ended before it listened: ${said.slice(-500)}`)))
  })

interface Message {
  readonly id?: number
  readonly method?: string
  readonly params?: Answer
  readonly result?: Answer
  readonly error?: { readonly message: string }
}

const driven = async (address: string): Promise<Browser> => {
  const { host } = new URL(address)
  const answered: unknown = await (await fetch(`http://${host}/json`)).json()
  const targets = answered as ReadonlyArray<{ readonly type: string; readonly webSocketDebuggerUrl: string }>
  const target = targets.find(({ type }) => type === "page")
  if (target === undefined) throw new Error("Chromium has no page")
  const socket = new WebSocket(target.webSocketDebuggerUrl)
  await new Promise((resolve, reject) => {
    socket.onopen = resolve
    socket.onerror = () => reject(new Error("Chromium cannot be reached"))
  })
  const waiting = new Map<number, (message: Message) => void>()
  const events = new Set<(message: Message) => void>()
  const complaints: Array<string> = []
  socket.onmessage = ({ data }) => {
    const message: Message = JSON.parse(String(data))
    if (message.id !== undefined) waiting.get(message.id)?.(message)
    else for (const tell of events) tell(message)
    const isAdvice = JSON.stringify(message.params ?? {}).includes('"level":"verbose"')
    if (!isAdvice && (message.method === "Log.entryAdded" || message.method === "Runtime.exceptionThrown")) {
      complaints.push(JSON.stringify(message.params))
    }
  }
  let sent = 0
  const send = (method: string, params: Answer = {}) =>
    new Promise<Answer>((resolve, reject) => {
      const id = ++sent
      waiting.set(id, ({ error, result }) => {
        waiting.delete(id)
        if (error === undefined) resolve(result ?? {})
        else reject(new Error(`${method}: ${error.message}`))
      })
      socket.send(JSON.stringify({ id, method, params }))
    })
  await Promise.all(["Page", "Runtime", "Log"].map((domain) => send(`${domain}.enable`)))
  return {
    complaints,
    send,
    evaluate: async (expression) => {
      const { result } = await send("Runtime.evaluate", { expression, returnByValue: true, awaitPromise: true })
      return (result as { readonly value?: unknown }).value
    },
    loading: async (act) => {
      const loaded = new Promise<void>((resolve) => {
        const tell = ({ method }: Message) => {
          if (method !== "Page.loadEventFired") return
          events.delete(tell)
          resolve()
        }
        events.add(tell)
      })
      await act()
      await loaded
    },
    size: async (width, height, isDark = false) => {
      await send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: width < 600 })
      await send("Emulation.setEmulatedMedia", {
        features: [{ name: "prefers-color-scheme", value: isDark ? "dark" : "light" }]
      })
    },
    picture: async () => {
      const { data } = await send("Page.captureScreenshot", { captureBeyondViewport: true })
      return Buffer.from(String(data), "base64")
    }
  }
}

/** A browser as long as the scope. */
export const browser = (file: string) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const folder = mkdtempSync(join(tmpdir(), "console-browser-"))
      const [child, address] = await started(file, folder)
      return { child, folder, page: await driven(address) }
    }),
    ({ child, folder }) =>
      Effect.promise(async () => {
        const ended = new Promise((resolve) => child.once("close", resolve))
        child.kill("SIGKILL")
        await ended
        rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
      })
  ).pipe(Effect.map(({ page }) => page))
