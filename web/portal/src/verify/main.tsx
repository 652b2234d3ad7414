// Verifying: in this browser, with what was kept; nothing of a certificate is sent unless the reader says so.
import { useState } from "preact/hooks";
import { type Kept, verify } from "../credential/index.ts";
import { Frame, mount, Problem } from "../shared/frame.tsx";
import { useMessages } from "../shared/language.tsx";
import { ByGateway } from "./byGateway.tsx";
import { Camera } from "./camera.tsx";
import { type Check, checked, checkFile, type Paper } from "./checking.ts";
import { Inputs } from "./inputs.tsx";
import { Result, type Shown } from "./result.tsx";
import { Standing, useKept } from "./standing.tsx";
import "./style.css";

const NOTHING: Kept = { keys: [], trust: [], statusLists: [], at: "" };

type Stage = { at: "choosing"; fault?: unknown } | { at: "busy" } | { at: "camera" } | { at: "shown"; it: Shown | Paper };

function Verify() {
  const text = useMessages();
  const { kept: held, reach, renew } = useKept();
  const kept = held ?? NOTHING;
  const [stage, setStage] = useState<Stage>({ at: "choosing" });
  const again = (): void => setStage({ at: "choosing" });
  const show = (it: Shown | Paper): void => setStage({ at: "shown", it });
  const withKept = (check: Check): Promise<Shown> => checked(check, kept, renew);
  const check = (work: Promise<Shown | Paper>): void => {
    setStage({ at: "busy" });
    work.then(show, (fault: unknown) => setStage({ at: "choosing", fault }));
  };
  return (
    <Frame title="verify.title">
      <Standing kept={held} reach={reach} />
      {stage.at === "busy" && <p role="status">{text("busy")}</p>}
      {stage.at === "shown" && "paper" in stage.it && <ByGateway paper={stage.it.paper} onFound={show} onStop={again} />}
      {stage.at === "shown" && "verdict" in stage.it && <Result found={stage.it} onAgain={again} />}
      {stage.at === "camera" && <Camera check={withKept} onFound={show} onStop={again} />}
      {stage.at === "choosing" && (
        <>
          <Problem fault={stage.fault} />
          <Inputs
            ready={held !== undefined}
            onFile={(file) => check(checkFile(file, kept, renew))}
            onText={(given) => check(withKept((...known) => verify(given, ...known)))}
            onCamera={() => setStage({ at: "camera" })}
          />
        </>
      )}
    </Frame>
  );
}

if ("serviceWorker" in navigator) {
  void navigator.serviceWorker.register("/verify-worker.js", { scope: "/verify" }).catch(() => undefined);
}
mount(Verify);
