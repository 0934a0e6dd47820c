import { createRouter, createWebHashHistory } from "vue-router";
import DesignScreen from "./DesignScreen.vue";
import FormScreen from "./FormScreen.vue";
import LedgerScreen from "./LedgerScreen.vue";
import PeopleScreen from "./PeopleScreen.vue";
import PrintScreen from "./PrintScreen.vue";
import SettingsScreen from "./SettingsScreen.vue";
import SyncScreen from "./SyncScreen.vue";
import VerifyScreen from "./VerifyScreen.vue";
import WorkbenchScreen from "./WorkbenchScreen.vue";

/** The screens of a person at the desk. */
export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    { path: "/", name: "workbench", component: WorkbenchScreen },
    { path: "/ledger", name: "ledger", component: LedgerScreen },
    { path: "/form/:form", name: "form", component: FormScreen, props: true },
    { path: "/form/:form/print", name: "print", component: PrintScreen, props: true },
    { path: "/people", name: "people", component: PeopleScreen },
    { path: "/sync", name: "sync", component: SyncScreen },
    { path: "/verify", name: "verify", component: VerifyScreen },
    { path: "/settings", name: "settings", component: SettingsScreen },
    { path: "/design/:definition", name: "design", component: DesignScreen, props: true },
    { path: "/:other(.*)*", redirect: "/" },
  ],
});
