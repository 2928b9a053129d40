import type { NewEnrolment, Profile } from '@rmm/client';
import { useEffect, useState } from 'preact/hooks';
import { formatTime } from '../format/time.js';
import { plural } from '../format/words.js';
import { CopyButton } from '../parts/bits.js';
import { Button } from '../parts/button.js';
import { Dialog } from '../parts/dialog.js';
import { SelectField, TextField } from '../parts/field.js';
import { Icon } from '../parts/icon.js';
import { Link } from '../router/link.js';
import { useClient } from '../state/client-context.js';
import { useAction } from '../state/use-action.js';

interface Props {
  readonly profile: Profile;
  readonly onClose: () => void;
}

const HOUR = 3_600_000;
const LIFETIMES = [
  { value: String(HOUR), label: '1 hour' },
  { value: String(24 * HOUR), label: '24 hours' },
  { value: String(7 * 24 * HOUR), label: '7 days' },
  { value: String(30 * 24 * HOUR), label: '30 days' },
];

/** Makes an enrolment token and shows, once, what to type at the new device. */
export function EnrolDialog({ profile, onClose }: Props) {
  const [made, setMade] = useState<NewEnrolment | undefined>(undefined);
  if (made) return <Made profile={profile} enrolment={made} onClose={onClose} />;
  return <Asking profile={profile} onMade={setMade} onClose={onClose} />;
}

function Asking({ profile, onMade, onClose }: Props & { readonly onMade: (enrolment: NewEnrolment) => void }) {
  const client = useClient();
  const [lifetime, setLifetime] = useState(String(24 * HOUR));
  const [uses, setUses] = useState('1');
  const { run, busy } = useAction(async () => {
    onMade(
      await client.enrolments.create({
        profileId: profile.id,
        expiresInMs: Number(lifetime),
        uses: uses.trim() === '' ? null : Number(uses),
      }),
    );
    client.invalidate('enrolments.*');
  });
  return (
    <Dialog
      title={`Enrol a device into “${profile.name}”`}
      onClose={onClose}
      onSubmit={() => void run()}
      buttons={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" busy={busy}>
            Make the command
          </Button>
        </>
      }
    >
      <div class="form">
        <p class="muted">You get a command to run once on the new computer. It carries a token that expires.</p>
        <div class="pair">
          <SelectField label="Valid for" value={lifetime} choices={LIFETIMES} onValue={setLifetime} />
          <TextField
            label="How many devices"
            type="number"
            min={1}
            max={100_000}
            value={uses}
            onValue={setUses}
            hint="Empty: no limit"
          />
        </div>
      </div>
    </Dialog>
  );
}

function Made({ profile, enrolment, onClose }: Props & { readonly enrolment: NewEnrolment }) {
  const { command, token, expiresAt, usesLeft } = enrolment;
  const joined = useJoined(profile.id);
  return (
    <Dialog
      title={`Enrol a device into “${profile.name}”`}
      onClose={onClose}
      buttons={
        <Button kind="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <div class="form">
        <div class="field">
          <span class="label">Run this on the new computer, as administrator</span>
          <pre class="output boxed">{command}</pre>
          <div class="row">
            <CopyButton text={command} label="Copy the command" />
            <CopyButton text={token} label="Copy the token only" />
          </div>
        </div>
        <div class="notice warn">
          <Icon name="warning" />
          <span>
            It is shown only now. Valid until {formatTime(expiresAt)}
            {usesLeft === null ? '' : `, for ${plural(usesLeft, 'device')}`}; whoever has it can enrol a device.
          </span>
        </div>
        <div class="row" role="status">
          {joined ? <span class="dot good" /> : <span class="dot busy" />}
          {joined ? (
            <span>
              A device has joined.{' '}
              <Link to={`/devices/${joined}`} class="link" onClick={onClose}>
                Show it
              </Link>
            </span>
          ) : (
            <span class="muted">Waiting for the device …</span>
          )}
        </div>
      </div>
    </Dialog>
  );
}

/** The device that has joined the Profile since the dialog opened. */
function useJoined(profileId: string): string | undefined {
  const { live } = useClient();
  const [joined, setJoined] = useState<string | undefined>(undefined);
  useEffect(
    () => live.on('device.enrolled', ({ data }) => data.profileId === profileId && setJoined(data.deviceId)),
    [live, profileId],
  );
  return joined;
}
