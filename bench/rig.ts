import { calm } from '../scripts/house/house-policies.ts';
import { newHouseDirectory } from '../scripts/house/house-directory.ts';
import { House } from '../scripts/house/house.ts';
import { Officer } from '../scripts/house/officer.ts';
import { openDatabase, type Database } from '../store/database.ts';
import { policyInForce } from '../store/policies.ts';
import { diversionProgramme } from '../store/presets/dyfed-powys-2024.ts';
import { toInstant } from '../workflows/domain/common/instant.ts';
import type { DiversionPolicy } from '../workflows/domain/diversion/policy.ts';
import { BarePeer } from './bare/peer.ts';
import type { RigNeeds } from './bench.ts';
import { Witness } from './witness.ts';

/** The force that everything in a rig belongs to. */
export const benchForce = 'dyfed-powys';

const settleWithinMs = 30_000;

/**
 * Both sides on one machine: the whole house, made of the product's own processes, and beside it the bare
 * workflow with its worker, on the same Temporal server. The load comes from this process.
 */
export class Rig {
  readonly house: House;
  readonly bare: BarePeer;
  readonly db: Database;
  /** Under which referrals are opened, of the lengths of real life: no clock comes due in a bench. */
  readonly policy: DiversionPolicy;
  /** What goes through the API. */
  readonly officer: Officer;
  /** What goes past the API. */
  readonly witness = new Witness();
  readonly needs: RigNeeds;
  /** For the logs and process ids of whatever a bench adds to the house. */
  readonly directory: string;

  private constructor(parts: Pick<Rig, 'house' | 'bare' | 'db' | 'policy' | 'needs' | 'directory'>) {
    this.house = parts.house;
    this.bare = parts.bare;
    this.db = parts.db;
    this.policy = parts.policy;
    this.needs = parts.needs;
    this.directory = parts.directory;
    const { house } = parts;
    this.officer = new Officer({
      url: house.apiUrl,
      tokenOf: (user) => house.tokenOf(user),
      settleWithinMs,
    });
  }

  /** @throws Error when a part of it does not come up; what had come up is ended */
  static async open(needs: RigNeeds): Promise<Rig> {
    const { environment } = needs;
    const directory = newHouseDirectory('bench');
    const house = await House.open({
      ...{ directory, environment, policies: calm, workers: 1, messagesPerSecond: 10 },
      temporalMetrics: true,
      durability: 'full',
    });
    const db = openDatabase(house.postgres.url, { fields: house.fields, max: 20, applicationName: 'bench' });
    try {
      const { address, namespace } = house.temporal;
      const bare = await BarePeer.open({ directory, address, namespace, environment });
      const now = toInstant(Date.now());
      const policy = await policyInForce(db, benchForce, 'diversion', diversionProgramme, now);
      if (policy === null) throw new Error('The preset of the force has no policy');
      return new Rig({ house, bare, db, policy, needs, directory });
    } catch (error) {
      await db.close();
      await house.close(false);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.bare.close();
    await this.db.close();
    await this.house.close(false);
  }
}
