import { Exit, Tracer } from "effect"
import { keepSafe } from "./safeAnnotations.ts"
import { tagsOf } from "./safeCause.ts"

/** Attributes of our own and of the libraries' that name no person: operations, templates, codes. */
const isSafeAttribute = (name: string): boolean =>
  name.startsWith("athena.") ||
  ["http.request.method", "http.response.status_code", "http.route", "db.system.name", "db.operation.name"].includes(
    name
  )

/**
 * Wraps a tracer so that spans carry operations, templates and ids only: URLs, headers, query texts and any other
 * attribute are dropped, events are reduced to their names, and a failed span says the tags of its errors.
 */
export const safeTracer = (inner: Tracer.Tracer): Tracer.Tracer =>
  Tracer.make({
    ...inner,
    span(options) {
      const span = inner.span(options)
      const attribute = span.attribute.bind(span)
      const event = span.event.bind(span)
      const end = span.end.bind(span)
      span.attribute = (name, value) => {
        if (isSafeAttribute(name)) attribute(name, value)
        else for (const [kept, safe] of Object.entries(keepSafe({ [name]: value }))) attribute(kept, safe)
      }
      span.event = (name, startTime) => event(name, startTime)
      // The value of a span that succeeded may be a whole record: it stays behind as well.
      span.end = (endTime, exit) =>
        end(endTime, Exit.isFailure(exit) ? Exit.fail(new SpanFailure(tagsOf(exit.cause).join(", "))) : Exit.void)
      return span
    }
  })

/** Stands for the error of a failed span, without its message, fields and stack. */
class SpanFailure extends Error {
  override readonly name = "SpanFailure"
  constructor(tags: string) {
    super(tags)
    delete this.stack
  }
}
