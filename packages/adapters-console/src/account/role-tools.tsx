import { Switch } from '../parts/switch.js';
import type { Tool } from './role-draft.js';
import { RoleSection, type SectionProps } from './role-section.js';
import { orderedTools, toolHint, toolLabel } from './tool-words.js';

interface Props extends SectionProps {
  readonly tools: readonly Tool[];
}

/** The agent's tools, on or off one by one (guide, chapter 14, *Agent Browser Tools*). */
export function RoleTools({ draft, onChange, tools, disabled }: Props) {
  const has = new Set<Tool>(disabled ? tools : draft.tools);
  return (
    <RoleSection
      id="tools"
      title="Agent Browser Tools"
      lead="What holders may use on the devices that they see."
      aside={
        <Switch
          label="All tools"
          on={has.size === tools.length}
          disabled={disabled}
          onSwitch={(on) => onChange({ tools: on ? tools : [] })}
        />
      }
    >
      <div class="tool-grid">
        {orderedTools(tools).map((tool) => (
          <Switch
            key={tool}
            label={toolLabel(tool)}
            hint={toolHint(tool)}
            on={has.has(tool)}
            disabled={disabled}
            onSwitch={(on) => onChange({ tools: on ? [...has, tool] : [...has].filter((one) => one !== tool) })}
          />
        ))}
      </div>
    </RoleSection>
  );
}
