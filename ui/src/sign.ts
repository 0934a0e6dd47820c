import { createApp } from "vue";
import "@/shared/theme.css";
import SignPage from "@/feature/sign/SignPage.vue";
import { restoreFontSize } from "@/shared/fontSize";

restoreFontSize();
createApp(SignPage).mount("#app");
