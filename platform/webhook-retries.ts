/**
 * Behind an address that the text gateway posts to: try again up to five times when no connection was made, no answer came
 * in time, or it was one of 500 and above. By itself Twilio tries once more, and only where it could not connect
 * (https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides); all tries together have 15 seconds.
 */
export const webhookRetries = '#rc=5&rp=ct,rt,5xx';
