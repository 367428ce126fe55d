/** How a notification gets to its subscriber. Over the network by default; a test may receive it in memory. */
import { Context, Effect, Layer, Schema } from "effect"
import { FetchHttpClient, HttpClient, HttpClientRequest } from "effect/http"

export interface PostedNotification {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** What the signature covers. */
  readonly body: Uint8Array
}

/** No answer came: nobody listens there, or the connection broke. */
export class NotificationUnanswered extends Schema.TaggedError<NotificationUnanswered>()("NotificationUnanswered", {}) {
  override get message() {
    return "The subscriber gave no answer: nobody listens at the subscription's endpoint, or the connection broke."
  }
}

/** Posts, and answers with the status. Its time is limited by the caller. */
export type NotificationPost = (posted: PostedNotification) => Effect.Effect<number, NotificationUnanswered>

// Without trace headers, and without following redirects: the vendor sends neither.
const network = FetchHttpClient.layer.pipe(
  Layer.provideMerge(Layer.succeed(FetchHttpClient.RequestInit, { redirect: "manual" })),
  Layer.provideMerge(Layer.succeed(HttpClient.TracerPropagationEnabled, false))
)

const postOverNetwork: NotificationPost = ({ body, headers, url }) =>
  HttpClient.execute(
    HttpClientRequest.post(url).pipe(
      HttpClientRequest.bodyUint8Array(body, headers["Content-Type"]),
      HttpClientRequest.setHeaders(headers)
    )
  ).pipe(
    Effect.flatMap(({ arrayBuffer, status }) => Effect.as(arrayBuffer, status)),
    Effect.mapError(() => new NotificationUnanswered()),
    Effect.provide(network)
  )

/** Replace it with `Layer.succeed(NotificationPost, post)`. */
export const NotificationPost: Context.Reference<NotificationPost> = Context.Reference<NotificationPost>(
  "simulator/events/NotificationPost",
  { defaultValue: () => postOverNetwork }
)
