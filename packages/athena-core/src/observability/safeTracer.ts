import { Exit, Tracer } from "effect"
import { type Form, isCount, isId, isSafeAnnotation, isTemplate, isWord } from "./safeAnnotations.ts"
import { tagsOf } from "./safeCause.ts"

/** Attributes of our own and of the libraries' that name no person: operations, templates, codes. */
const attributes: Readonly<Record<string, Form>> = {
  "athena.endpoint": isTemplate,
  "athena.practice_id": isId,
  "db.operation.name": isWord,
  "db.system.name": isWord,
  "http.request.method": isWord,
  "http.response.status_code": isCount,
  "http.route": isTemplate
}

const isSafeAttribute = (name: string, value: unknown): boolean =>
  (Object.hasOwn(attributes, name) && attributes[name]?.(value) === true) || isSafeAnnotation(name, value)

/** A link says which span it leads to, and nothing of its own. */
const bare = ({ span }: Tracer.SpanLink): Tracer.SpanLink => ({ span, attributes: {} })

/**
 * Wraps a tracer so that spans carry operations, templates and ids only: URLs, headers, query texts and any other
 * attribute are dropped, events are reduced to their names, links to where they lead, and a failed span says the tags of
 * its errors. The names of spans and events are constants of the code.
 */
export const safeTracer = (inner: Tracer.Tracer): Tracer.Tracer =>
  Tracer.make({
    ...inner,
    span(options) {
      const span = inner.span({ ...options, links: options.links.map(bare) })
      const attribute = span.attribute.bind(span)
      const event = span.event.bind(span)
      const addLinks = span.addLinks.bind(span)
      const end = span.end.bind(span)
      span.attribute = (name, value) => {
        if (isSafeAttribute(name, value)) attribute(name, value)
      }
      span.event = (name, startTime) => event(name, startTime)
      span.addLinks = (links) => addLinks(links.map(bare))
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
