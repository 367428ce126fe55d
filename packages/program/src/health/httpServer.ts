/** Where a program listens. */
import { createServer } from "node:http"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { Effect, Layer, Predicate, Schema } from "effect"
import { HttpServer } from "effect/http"

/** The port could not be listened on. */
export class PortUnavailable extends Schema.TaggedError<PortUnavailable>()("PortUnavailable", {
  host: Schema.String,
  port: Schema.Int,
  code: Schema.String
}) {
  override get message() {
    return `${this.host}:${this.port} cannot be listened on (${this.code}). Choose another port, or another HOST.`
  }
}

const codeOf = (cause: unknown): string =>
  Predicate.hasProperty(cause, "code") && typeof cause.code === "string" ? cause.code : "unknown"

/** Listens until its scope ends; requests under way are answered first, for two seconds at most. */
export const httpServer = (options: { readonly host: string; readonly port: number }) =>
  Layer.effect(
    HttpServer.HttpServer,
    NodeHttpServer.make(() => createServer(), { ...options, gracefulShutdownTimeout: "2 seconds" }).pipe(
      Effect.mapError(({ cause }) => new PortUnavailable({ ...options, code: codeOf(cause) }))
    )
  ).pipe(Layer.merge(NodeHttpServer.layerHttpServices))
