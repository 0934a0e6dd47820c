import { createApp } from "vue";
import "@/shared/element.css";
import "@/shared/theme.css";
import { restoreFontSize } from "@/shared/fontSize";
import { listenForShortcuts } from "@/shared/keyboard";
import App from "@/view/App.vue";
import { router } from "@/view/router";

restoreFontSize();
listenForShortcuts();
createApp(App).use(router).mount("#app");
