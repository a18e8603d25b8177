import type { IncomingMessage, ServerResponse } from 'node:http'
import type { SessionTags } from '../abac/index.js'
import type { Identity } from '../core/identity.js'

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- Express has applications add to its request so.
  namespace Express {
    interface Request {
      /** Who is signed in; assigned by `appSessions` alone. */
      identity?: Identity | undefined
      /** The session tags of who is signed in. */
      sessionTags?: SessionTags | undefined
    }
  }
}

/**
 * What the middleware uses of a request: Node's own, with the members that Express 4 and 5 add. Express itself is never
 * loaded, so that either version, and whatever calls handlers in the same way, will do.
 */
export interface AppRequest extends IncomingMessage {
  /** The target as the client sent it, wherever a router is mounted. */
  originalUrl?: string
  /** The Express app that handles the request now. */
  app?: unknown
  /** What a body parser before us has read. */
  body?: unknown
  /** Who is signed in; assigned by the sessions' middleware alone. */
  identity?: Identity | undefined
  /** The session tags of who is signed in; assigned with `identity`. */
  sessionTags?: SessionTags | undefined
}

export type AppResponse = ServerResponse

export type Next = (error?: unknown) => void

/** A handler as Express 4 and 5 take it. It never throws and never rejects: it answers, or calls `next`. */
export type Middleware = (request: AppRequest, response: AppResponse, next: Next) => void
