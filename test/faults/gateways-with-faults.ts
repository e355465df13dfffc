import { Worker, type WorkerOptions } from '@temporalio/worker';
import { ApplicationFailure } from '@temporalio/common';
import { createTransport } from 'nodemailer';
import twilio from 'twilio';
import { dieOf, isArmed, takeFault } from './armed-fault.ts';
import { answersLost } from './lost-answers.ts';

/*
 * What can go wrong between a gateway that has taken something and the worker that hears of it, put around the clients of
 * the gateways and not into the product.
 */
const armed = process.env['FAULT_ARMED_MESSAGE'] ?? '';
const lost = process.env['FAULT_LOST_ANSWERS'] ?? '';

type Call = (this: unknown, ...args: unknown[]) => Promise<unknown>;

/** It was done; whether anybody hears of it is another matter. */
async function afterwards<T>(done: T): Promise<T> {
  const fault = isArmed(armed) ? takeFault(armed) : undefined;
  if (fault !== undefined) return dieOf(fault);
  if (Math.random() < answersLost(lost).gateway) {
    throw Object.assign(new Error('timeout of 15000ms exceeded'), { code: 'ECONNABORTED' });
  }
  return done;
}

/** Puts the faults around all that this process sends. */
export function breakGateways(): void {
  const clients = twilio.RequestClient.prototype as unknown as { request: Call };
  const { request } = clients;
  clients.request = async function (...args) {
    const response = (await request.apply(this, args)) as { readonly statusCode?: number };
    return response.statusCode === 201 ? afterwards(response) : response;
  };
  const mailers = Object.getPrototypeOf(createTransport({ jsonTransport: true })) as unknown as {
    sendMail: Call;
  };
  const { sendMail } = mailers;
  mailers.sendMail = async function (...args) {
    return afterwards(await sendMail.apply(this, args));
  };
  const create = Worker.create.bind(Worker);
  Worker.create = (options: WorkerOptions) => create(withLostResults(options));
}

function withLostResults(options: WorkerOptions): WorkerOptions {
  const { deliverMessage: deliver, ...others } = (options.activities ?? {}) as Readonly<Record<string, Call>>;
  if (deliver === undefined) return options;
  const times = new Map<string, number>();
  const deliverMessage: Call = async (...args) => {
    const outcome = await deliver(...args);
    const { intentId } = args[0] as { readonly intentId: string };
    const before = times.get(intentId) ?? 0;
    const { delivery, deliveryTimes = Infinity } = answersLost(lost);
    if (before < deliveryTimes && Math.random() < delivery) {
      times.set(intentId, before + 1);
      throw ApplicationFailure.retryable('Done, and nobody has heard of it', 'ExecuteAndTimeout');
    }
    return outcome;
  };
  return { ...options, activities: { ...others, deliverMessage } };
}
