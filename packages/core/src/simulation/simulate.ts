import type { SimDisk } from './process-storage.js';
import { act } from './sim-actions.js';
import { SimInvariants } from './sim-invariants.js';
import { furnish } from './sim-policies.js';
import { SimWorld } from './sim-world.js';

/** Longer than the longest expiry of a simulated job and the time in which agents may still report on it. */
const LONG_AFTER_MS = 9 * 86_400_000;

/**
 * Plays one seed: a fleet, its technicians and all kinds of trouble, then recovery, then the end of all expiries.
 * @returns a fingerprint of the course of events
 * @throws Error naming the seed, what does not hold and what happened last
 */
export async function simulate(seed: number, disk: SimDisk): Promise<string> {
  const world = new SimWorld(seed, disk);
  const isLawless = world.random.chance(0.2);
  const agents = world.random.chance(0.03) ? world.random.between(20, 40) : world.random.between(3, 8);
  const invariants = new SimInvariants(world, isLawless);
  try {
    await world.begin(agents);
    await furnish(world);
    world.wire.isLawless = isLawless;
    for (let step = world.random.between(15, 40); step > 0 && world.faults.length === 0; step--) {
      await act(world);
      await world.advance(
        world.random.chance(0.15) ? world.random.between(30_000, 120_000) : world.random.between(1, 3000),
      );
      await invariants.hold();
    }
    await world.recover();
    await invariants.holdAtRest();
    await world.outlast(LONG_AFTER_MS);
    await invariants.holdAtTheEnd();
  } catch (error) {
    world.faults.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    world.server.kill();
  }
  if (world.faults.length === 0) return world.fingerprint;
  const replay = `RMM_SIM_SEED=${seed} npx vitest run packages/core/src/simulation`;
  throw new Error(
    `Seed ${seed} (${agents} agents${isLawless ? ', lawless wire' : ''}):\n${world.faults.slice(0, 5).join('\n')}\n\nReplay: ${replay}\n\n${world.story()}`,
  );
}
