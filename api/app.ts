import type { Client } from '@temporalio/client';
import type { Express } from 'express';
import { numberPlanOf } from '../messages/phone-number.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { Database } from '../store/database.ts';
import { toInstant } from '../workflows/domain/common/instant.ts';
import { arrestTaskRoutes } from './arrest-tasks.ts';
import { BestEffort } from './best-effort.ts';
import { capacityRoutes } from './capacity.ts';
import { commandRoutes } from './commands.ts';
import { changeRoutes } from './changes.ts';
import { CursorSeal } from './cursor.ts';
import { caseRoutes } from './case.ts';
import { detailRoutes } from './details.ts';
import { disclosureRoutes } from './disclosures.ts';
import { documentationRoutes } from './documentation.ts';
import { drugTestRoutes } from './drug-tests.ts';
import { factRoutes } from './facts.ts';
import { figureRoutes } from './figures.ts';
import { handoverRoutes } from './handovers.ts';
import { healthRoutes } from './health.ts';
import { importRoutes } from './imports.ts';
import { createAuthenticate } from './middleware/authenticate.ts';
import type { TokenIssuer } from './middleware/authenticate.ts';
import { createRecall, createRunOnce } from './middleware/idempotency.ts';
import type { Log } from './middleware/observe.ts';
import { letterRoutes } from './letters.ts';
import { letterheadRoutes } from './letterheads.ts';
import { messagePreviewRoutes } from './message-previews.ts';
import { messageRoutes } from './messages.ts';
import { officerViewRoutes } from './officer-views.ts';
import { describeApi } from './openapi.ts';
import { meRoutes } from './me.ts';
import { onlineEnrolmentRoutes } from './online-enrolments.ts';
import { operationRoutes } from './operations.ts';
import { personPageRoutes } from './person-page/routes.ts';
import { personSearchRoutes } from './person-search.ts';
import { personRoutes } from './persons.ts';
import { policyRoutes } from './policies.ts';
import { printedRuleRoutes } from './printed-rules.ts';
import { programmeRoutes } from './programmes.ts';
import { pathwayRoutes } from './pathways.ts';
import { assemble } from './pipeline.ts';
import { reconciliationRoutes } from './reconciliation.ts';
import { referralRoutes } from './referrals.ts';
import { replyRoutes } from './replies.ts';
import { retentionRoutes } from './retention.ts';
import { requestRoutes, settled } from './requests.ts';
import { routeTableRoutes } from './route-table.ts';
import type { PageRoute, PublicRoute, Route, WebhookRoute } from './route.ts';
import { formerAppointmentRoutes } from './former-appointments.ts';
import { onlineStartRoutes } from './online-start.ts';
import { shownPlaceRoutes } from './shown-places.ts';
import { staffAddressRoutes } from './staff-addresses.ts';
import { webhookRoutes } from './webhooks.ts';
import type { WebhookSettings } from './webhooks.ts';
import { worklistRoutes } from './worklists.ts';

export interface Services {
  readonly db: Database;
  readonly client: Client;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly issuer: TokenIssuer;
  /** At least 32 bytes that all processes of the API share; cursors and hashes of bodies are keyed by it. */
  readonly secret: Uint8Array;
  readonly build: string;
  readonly environment: string;
  readonly webhooks: WebhookSettings;
  /** Where people log in to the online programme; left out: nowhere. */
  readonly onlineSignInUrl?: string | null;
}

export interface Api {
  readonly app: Express;
  readonly routes: readonly (Route | PublicRoute | WebhookRoute | PageRoute)[];
  /** When the work that no answer waited for has ended. */
  readonly settled: () => Promise<void>;
}

/**
 * The whole API over the given services; listening is left to who calls.
 *
 * @throws Error when a route has no rule in the access policy, or a rule no route
 */
export function createApp(services: Services): Api {
  const { db, client, log, metrics, issuer, secret, build } = services;
  const numbers = numberPlanOf(services.environment);
  const bestEffort = new BestEffort(log);
  const signedIn: Route[] = [
    ...referralRoutes({ db, client, bestEffort, metrics, build, numbers }),
    ...officerViewRoutes({ db }),
    ...drugTestRoutes({ db, client, bestEffort, metrics, build, numbers }),
    ...importRoutes({ db, metrics, build, numbers }),
    ...reconciliationRoutes({ db }),
    ...worklistRoutes({ db, cursors: new CursorSeal(secret) }),
    ...formerAppointmentRoutes({ db, cursors: new CursorSeal(secret) }),
    ...pathwayRoutes({ db }),
    ...caseRoutes({ db }),
    ...detailRoutes({ db }),
    ...onlineEnrolmentRoutes({ db }),
    ...messagePreviewRoutes({ db, numbers }),
    ...letterRoutes({ db, numbers }),
    ...messageRoutes({ db, cursors: new CursorSeal(secret) }),
    ...commandRoutes({ db, client, bestEffort, metrics, log, numbers }),
    ...handoverRoutes({ db, client, bestEffort, metrics, log }),
    ...factRoutes({ db, client, bestEffort }),
    ...personRoutes({ db, client, bestEffort }),
    ...replyRoutes({ db, client, bestEffort, cursors: new CursorSeal(secret) }),
    ...personSearchRoutes({ db }),
    ...changeRoutes({ db, cursors: new CursorSeal(secret) }),
    ...arrestTaskRoutes({ db }),
    ...figureRoutes({ db }),
    ...capacityRoutes({ db }),
    ...staffAddressRoutes({ db }),
    ...letterheadRoutes({ db }),
    ...shownPlaceRoutes({ db }),
    ...disclosureRoutes({ db }),
    ...retentionRoutes({ db }),
    ...requestRoutes({ db }),
    ...meRoutes(),
    ...policyRoutes({ db, client, bestEffort, metrics, log }),
    ...programmeRoutes({ db }),
    ...routeTableRoutes({ db }),
    ...printedRuleRoutes({ db }),
    ...operationRoutes({ db, client, log, metrics }),
  ];
  const open = [...healthRoutes(services), ...onlineStartRoutes(services.onlineSignInUrl ?? null)];
  const documentation = documentationRoutes((now) => describeApi(routes, build, now));
  const called = webhookRoutes({ db, client, bestEffort, webhooks: services.webhooks, numbers });
  const pages = personPageRoutes({
    ...{ db, client, bestEffort, secret },
    secure: services.environment !== 'development',
  });
  const routes: readonly (Route | PublicRoute | WebhookRoute | PageRoute)[] = [
    ...signedIn,
    ...called,
    ...pages,
    ...open,
    ...documentation,
  ];
  // What cannot be described keeps the API from starting.
  describeApi(routes, build, toInstant(Date.now()));
  const app = assemble(
    {
      ...{ log, metrics, authenticate: createAuthenticate(issuer), runOnce: createRunOnce({ db, secret }) },
      recall: createRecall({ db, secret, settled: (caller, row) => settled(db, caller, row) }),
    },
    routes,
  );
  return { app, routes, settled: () => bestEffort.settled() };
}
