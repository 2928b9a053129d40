import type { Collectors } from '../collector.js';
import { linuxHardware } from './linux-hardware.js';
import { linuxNetwork } from './linux-network.js';
import { linuxSecurity } from './linux-security.js';
import { linuxSoftware } from './linux-software.js';
import { linuxSystem } from './linux-system.js';
import { linuxVolumes } from './linux-volumes.js';

export const linuxCollectors: Collectors = {
  system: linuxSystem,
  hardware: linuxHardware,
  volumes: linuxVolumes,
  network: linuxNetwork,
  software: linuxSoftware,
  security: linuxSecurity,
};
