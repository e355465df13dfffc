/**
 * What a gateway made of one try to send. Only `accepted` and `refused` settle anything; after
 * `retry-later` it is certain that nothing left, after `unclear` nothing is certain.
 */
export type SendAnswer =
  | { readonly answer: 'accepted'; readonly gatewayId: string }
  /** `code` is the gateway's own; this text or mail will never be taken. */
  | { readonly answer: 'refused'; readonly code: string }
  /** `seconds` is the gateway's wish, or null. `why` is a code for the log. */
  | { readonly answer: 'retry-later'; readonly seconds: number | null; readonly why: string }
  | { readonly answer: 'unclear'; readonly why: string };
