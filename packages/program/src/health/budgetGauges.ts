/** How the budgets stand that all processes share, as metrics. */
import { readBudgets } from "@athena-engine/coordination/status/readBudgets"
import { Effect, Metric } from "effect"

const pace = Metric.gauge("athena_budget_requests_per_second", {
  description: "What the budget runs at; practice_id is empty for the app's own"
})
const today = Metric.gauge("athena_budget_requests_today", { description: "Requests let through since 00:00 GMT" })
const left = Metric.gauge("athena_daily_quota_remaining", { description: "Requests that the day's quota has left" })

/** Sets them from the database. */
export const budgetGauges = Effect.gen(function* () {
  const { budgets, quotas } = yield* readBudgets
  for (const { app, practiceId, requestsPerSecond, requestsToday } of budgets) {
    const tags = { app, practice_id: practiceId ?? "" }
    yield* Metric.update(Metric.withAttributes(pace, tags), requestsPerSecond)
    yield* Metric.update(Metric.withAttributes(today, tags), requestsToday)
  }
  for (const { app, remaining } of quotas) yield* Metric.update(Metric.withAttributes(left, { app }), remaining)
})
