/**
 * What a sync would do: its windows and calls, how long they take under the budget, and their share of the day's quota. For
 * people or for machines.
 */
import type { BudgetOptions } from "@athena-engine/athena-core/rate-limit/BudgetOptions"
import { daysFor, defaultReserve } from "@athena-engine/athena-core/rate-limit/QuotaForecast"
import type { Plan } from "@athena-engine/sync/plan/Plan"
import { print, printJson } from "./print.ts"
import { type Cell, table } from "./table.ts"
import { remarkLines } from "./wrapped.ts"

/** What so many calls cost. */
interface Cost {
  /** Under the ceilings of the practice and of the app, if nothing is refused and athenahealth is quick. */
  readonly seconds: number
  /** Of the day's calls; null where the quota is not known (`ATHENA_DAILY_QUOTA`). */
  readonly shareOfDailyQuota: number | null
}

export interface Forecast extends Plan, Cost {}

/** All plans of a command together. */
export interface Total extends Cost {
  readonly practices: number
  readonly windows: number
  readonly finished: number
  readonly calls: number
  /** Days that it takes, by what syncs may use of each, a backfill half of it; null where the quota is not known. */
  readonly days: number | null
  /** Of the day's calls, as the server last told today; null where it did not. */
  readonly leftToday: number | null
}

const shareOf = (calls: number, { dailyQuota }: BudgetOptions) => (dailyQuota === undefined ? null : calls / dailyQuota)

/** Practices share their app's ceiling as they run side by side. */
export const forecast = (plans: ReadonlyArray<Plan>, budget: BudgetOptions): ReadonlyArray<Forecast> => {
  const practices = Math.max(1, new Set(plans.map(({ practiceId }) => practiceId)).size)
  const rate = Math.min(budget.requestsPerSecond, budget.appRequestsPerSecond / practices)
  return plans.map((plan) => ({
    ...plan,
    seconds: Math.ceil(plan.calls / rate),
    shareOfDailyQuota: shareOf(plan.calls, budget)
  }))
}

const sum = <A>(all: ReadonlyArray<A>, value: (one: A) => number) => all.reduce((known, one) => known + value(one), 0)

/** The practices together: none takes less than its own ceiling allows, nor all of them less than the app's. */
export const totalOf = (plans: ReadonlyArray<Plan>, budget: BudgetOptions, leftToday: number | null): Total => {
  const byPractice = [...Map.groupBy(plans, ({ practiceId }) => practiceId).values()]
  const calls = sum(plans, (plan) => plan.calls)
  const longest = Math.max(0, ...byPractice.map((ofOne) => sum(ofOne, (plan) => plan.calls)))
  const user = plans.some(({ isBackfill }) => isBackfill) ? "backfill" : "sync"
  return {
    practices: byPractice.length,
    windows: sum(plans, ({ windows }) => windows),
    finished: sum(plans, ({ finished }) => finished),
    calls,
    seconds: Math.ceil(Math.max(longest / budget.requestsPerSecond, calls / budget.appRequestsPerSecond)),
    shareOfDailyQuota: shareOf(calls, budget),
    days:
      budget.dailyQuota === undefined
        ? null
        : daysFor(calls, user, budget.dailyQuota, budget.dailyReserve ?? defaultReserve),
    leftToday
  }
}

const duration = (seconds: number): string => {
  if (seconds < 120) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 120 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`
}

const percent = (share: number | null) => (share === null ? "unknown" : `${(share * 100).toFixed(1)} %`)

const number = (count: number) => count.toLocaleString("en-US")

const remarks = (
  plans: ReadonlyArray<Forecast>,
  { days, leftToday }: Total,
  environment: string
): ReadonlyArray<string> => [
  `Nothing was asked and nothing was written. Environment ${environment}.`,
  "Calls are the fewest there can be: days that nobody has read count as one page, and what feeds hold is not known before they are read.",
  ...(days === null
    ? ["The day's quota is not known here: set ATHENA_DAILY_QUOTA to see the share of it, and how many days it takes."]
    : []),
  ...(leftToday === null ? [] : [`Of today's quota ${number(leftToday)} calls are left.`]),
  ...(plans.some(({ isBackfill }) => isBackfill)
    ? [
        "This is a backfill: it leaves half of what syncs may use of a day's quota to the day's other work, ends with 3 when its half is used, " +
          "and the same command goes on from there after 00:00 GMT."
      ]
    : []),
  ...(days === null || days < 2 ? [] : [`It takes ${number(days)} days of the quota.`])
]

export interface PlanReport {
  readonly command: string
  readonly environment: string
  readonly plans: ReadonlyArray<Forecast>
  readonly total: Total
}

const costs = (one: Cost & { readonly windows: number; readonly finished: number; readonly calls: number }) => [
  one.windows,
  one.finished,
  one.calls,
  duration(one.seconds),
  percent(one.shareOfDailyQuota)
]

export const printPlan = ({ command, environment, plans, total }: PlanReport, isJson: boolean) => {
  if (isJson) return printJson({ command, environment, plans, total, dryRun: true })
  const hasResources = new Set(plans.map(({ resource }) => resource)).size > 1
  const named = (practice: string, resource: string): ReadonlyArray<Cell> =>
    hasResources ? [practice, resource] : [practice]
  const rows = plans.map((one) => [...named(one.practiceId, one.resource), ...costs(one)])
  const all = plans.length < 2 ? [] : [[...named(`all ${number(total.practices)}`, ""), ...costs(total)]]
  return print(
    [
      table(
        [...named("practice", "resource"), "windows", "done before", "calls", "time", "of the day's quota"].map(String),
        [...rows, ...all]
      ),
      "",
      ...remarks(plans, total, environment).map((remark) => remarkLines(remark))
    ].join("\n")
  )
}
