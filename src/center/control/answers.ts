/**
 * How the sso-admin API refuses (AWS JSON 1.1; the statuses are those of its model), and, without `modelled`, how any
 * service of that protocol does.
 */
export const controlAnswers = {
  AccessDeniedException: { status: 403, modelled: true },
  ConflictException: { status: 409, modelled: true },
  InternalServerException: { status: 500, modelled: true },
  ResourceNotFoundException: { status: 404, modelled: true },
  SerializationException: { status: 400, modelled: false },
  UnknownOperationException: { status: 404, modelled: false },
  ValidationException: { status: 400, modelled: true },
} as const satisfies Readonly<Record<string, { readonly status: number; readonly modelled: boolean }>>

export type ControlAnswerName = keyof typeof controlAnswers

const TYPE = 'application/x-amz-json-1.1'

export function controlResponse(status: number, body: object, requestId: string): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': TYPE, 'cache-control': 'no-store', 'x-amzn-requestid': requestId },
  })
}

/** An exception by its name: `__type` tells it, and the text is `Message` in those of the API's own model. */
export function controlException(
  { name, status, modelled }: { readonly name: string; readonly status: number; readonly modelled: boolean },
  message: string,
  requestId: string,
): Response {
  return controlResponse(status, { __type: name, [modelled ? 'Message' : 'message']: message }, requestId)
}
