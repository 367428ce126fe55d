import { availableParallelism, cpus, loadavg, totalmem } from "node:os"

/** The machine of a run in one line, how busy it was included: figures of two machines are not to be compared. */
export const machine = (): string => {
  const gigabytes = Math.round(totalmem() / 1024 ** 3)
  const load = loadavg()[0]?.toFixed(1)
  const model = cpus()[0]?.model.trim() ?? "unknown processor"
  return `${availableParallelism()} cores (${model}), ${gigabytes} GB, ${process.platform} ${process.arch}, Node ${process.version}, load ${load} at the start`
}
