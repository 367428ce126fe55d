/**
 * What a sync would do: its windows and calls, how long they take under the budget, and their share of the day's quota. For
 * people or for machines.
 */
import type { BudgetOptions } from "@athena-engine/athena-core/rate-limit/BudgetOptions"
import type { Plan } from "@athena-engine/sync/plan/Plan"
import { print, printJson } from "./print.ts"
import { table } from "./table.ts"

export interface Forecast extends Plan {
  /** Under the ceilings of the practice and of the app, if nothing is refused and athenahealth is quick. */
  readonly seconds: number
  /** Of the day's calls; null where the quota is not known (`ATHENA_DAILY_QUOTA`). */
  readonly shareOfDailyQuota: number | null
}

/** Practices share their app's ceiling as they run side by side. */
export const forecast = (plans: ReadonlyArray<Plan>, budget: BudgetOptions): ReadonlyArray<Forecast> => {
  const rate = Math.min(budget.requestsPerSecond, budget.appRequestsPerSecond / Math.max(1, plans.length))
  return plans.map((plan) => ({
    ...plan,
    seconds: Math.ceil(plan.calls / rate),
    shareOfDailyQuota: budget.dailyQuota === undefined ? null : plan.calls / budget.dailyQuota
  }))
}

const duration = (seconds: number): string => {
  if (seconds < 120) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 120 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`
}

const percent = (share: number | null) => (share === null ? "unknown" : `${(share * 100).toFixed(1)} %`)

export const printPlan = (
  plan: { readonly command: string; readonly environment: string; readonly plans: ReadonlyArray<Forecast> },
  isJson: boolean
) => {
  if (isJson) return printJson({ ...plan, dryRun: true })
  const rows = plan.plans.map((one) => [
    one.practiceId,
    one.windows,
    one.finished,
    one.calls,
    duration(one.seconds),
    percent(one.shareOfDailyQuota)
  ])
  return print(
    [
      table(["practice", "windows", "done before", "calls", "time", "of the day's quota"], rows),
      "",
      `Nothing was asked and nothing was written. Environment ${plan.environment}.`,
      "Calls are the fewest there can be: days that nobody has read count as one page."
    ].join("\n")
  )
}
