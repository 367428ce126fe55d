/** `/v1/{practiceid}/{feed}/changed/subscription`, what is below it, and what is done to it (dossier G.1). */
import { unknownEnumValue } from "../render/errors.ts"
import type { ChangeFeed } from "../world/ChangeFeed.ts"
import { type BodyAnswer, type RouteAnswer, refuse } from "./RouteAnswer.ts"
import type { RouteContext } from "./RouteContext.ts"

/** What a practice that the app cannot see says as well. */
export const inactiveSubscription: BodyAnswer = { _tag: "Body", body: `{"status":"INACTIVE","subscriptions":[]}` }

const subscriptions = (names: ReadonlyArray<string>) => names.map((eventname) => ({ eventname }))

/** What is subscribed now: what was just asked for is not in it yet. */
export const subscription = (context: RouteContext, feed: ChangeFeed): RouteAnswer => ({
  _tag: "Body",
  body: JSON.stringify({
    status: feed.status(context.now),
    subscriptions: subscriptions(feed.subscribed(context.now))
  })
})

/** Every event that there is. */
export const subscriptionEvents = (feed: ChangeFeed): RouteAnswer => ({
  _tag: "Body",
  body: JSON.stringify({ subscriptions: subscriptions(feed.events) })
})

/** Takes effect some time later. Without `departmentids` the whole practice is subscribed, whatever was before. */
export const subscribe = (context: RouteContext, feed: ChangeFeed): RouteAnswer => {
  const name = context.query.text("eventname")
  if (name !== undefined && !feed.events.includes(name)) return refuse(unknownEnumValue("EVENTNAME", name))
  feed.subscribe(name, context.query.list("departmentids"), effectiveAt(context))
  return done
}

/** Takes effect some time later. */
export const unsubscribe = (context: RouteContext, feed: ChangeFeed): RouteAnswer => {
  feed.unsubscribe(context.query.text("eventname"), effectiveAt(context))
  return done
}

const effectiveAt = ({ now, settings }: RouteContext) => now + settings.subscriptionDelaySeconds * 1000

const done: BodyAnswer = { _tag: "Body", body: `{"success":"true"}` }
