export type { AppRequest, AppResponse, Middleware, Next } from './http.js'
